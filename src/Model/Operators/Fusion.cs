using System.Collections.Immutable;
using LlmSim.Model.Units;

namespace LlmSim.Model.Operators;

/// <summary>Rewrites a graph by joining a producer and a consumer into one kernel, so that what lies between stays on chip.</summary>
public static class Fusion
{
    /// <summary>Joins pairs until no rule fits any more. Operations stay the same; traffic and launches fall.</summary>
    public static OperatorGraph Apply(OperatorGraph graph, ImmutableArray<FusionRule> rules)
    {
        OperatorGraph current = graph;
        while (FindPair(current, rules) is { } pair)
        {
            current = Join(current, pair.Producer, pair.Consumer);
        }

        return current;
    }

    private static (int Producer, int Consumer)? FindPair(OperatorGraph graph, ImmutableArray<FusionRule> rules)
    {
        for (int consumer = 1; consumer < graph.Operators.Length; consumer++)
        {
            for (int producer = consumer - 1; producer >= 0; producer--)
            {
                if (Joined(graph.Operators[producer], graph.Operators[consumer])
                    && rules.Any(rule => rule(graph, graph.Operators[producer], graph.Operators[consumer]))
                    && CanMove(graph, producer, consumer))
                {
                    return (producer, consumer);
                }
            }
        }

        return null;
    }

    private static bool Joined(Operator producer, Operator consumer) =>
        consumer.Reads.Any(read => producer.Writes.Any(write => write.Tensor == read.Tensor));

    /// <summary>The producer may run as late as the consumer if nobody between them reads what it writes.</summary>
    private static bool CanMove(OperatorGraph graph, int producer, int consumer)
    {
        for (int between = producer + 1; between < consumer; between++)
        {
            if (Joined(graph.Operators[producer], graph.Operators[between]))
            {
                return false;
            }
        }

        return true;
    }

    private static OperatorGraph Join(OperatorGraph graph, int producerIndex, int consumerIndex)
    {
        Operator producer = graph.Operators[producerIndex];
        Operator consumer = graph.Operators[consumerIndex];
        var inner = producer.Writes.Select(static w => w.Tensor).Where(t => consumer.Reads.Any(r => r.Tensor == t)).ToHashSet(StringComparer.Ordinal);
        bool ReadLater(string tensor) => graph.ReadersOf(tensor).Any(reader => reader != consumer) || graph.Exports.Contains(tensor);
        Operator joined = producer with
        {
            Name = producer.Name + "+" + consumer.Name,
            Kind = producer.Shape is null ? consumer.Kind : producer.Kind,
            Shape = producer.Shape ?? consumer.Shape,
            Format = producer.Shape is null ? consumer.Format : producer.Format,
            Reads = Distinct([.. producer.Reads, .. consumer.Reads.Where(read => !inner.Contains(read.Tensor))]),
            Writes = Distinct([.. producer.Writes.Where(write => !inner.Contains(write.Tensor) || ReadLater(write.Tensor)), .. consumer.Writes]),
            Flops = producer.Flops + consumer.Flops,
            Launches = Math.Max(1, producer.Launches + consumer.Launches - 1),
        };
        ImmutableArray<Operator> operators = graph.Operators.SetItem(consumerIndex, joined).RemoveAt(producerIndex);
        return graph with { Operators = operators };
    }

    private static ImmutableArray<TensorAccess> Distinct(ImmutableArray<TensorAccess> accesses) =>
        [.. accesses.GroupBy(static access => access.Tensor, StringComparer.Ordinal).Select(static group => new TensorAccess(group.Key, new Bytes(group.Max(static a => a.Size.Value))))];
}
