using LlmSim.Model.Collectives;
using LlmSim.Model.Parallelism;
using LlmSim.Model.Units;
using Xunit;

namespace LlmSim.Tests.Model.Collectives;

/// <summary>Carries out collectives on real vectors, one message at a time, and counts what each rank sends on each tier.</summary>
internal sealed class SimulatedFabric
{
    private readonly int _nodes;
    private readonly int _inNode;
    private readonly double[][] _values;
    private readonly double[] _expected;
    private readonly double[] _scaleUp;
    private readonly double[] _scaleOut;

    public SimulatedFabric(int nodes, int inNode)
    {
        _nodes = nodes;
        _inNode = inNode;
        int ranks = nodes * inNode;
        int length = ranks * inNode * nodes * inNode;
        _values = [.. Enumerable.Range(
            0,
            ranks).Select(rank => Enumerable.Range(0, length).Select(i => (double)((rank * 31) + (i * 7 % 13))).ToArray())];
        _expected = [.. Enumerable.Range(0, length).Select(i => _values.Sum(row => row[i]))];
        _scaleUp = new double[ranks];
        _scaleOut = new double[ranks];
    }

    public int Steps { get; private set; }

    public double BusiestScaleUp => _scaleUp.Max();

    public double BusiestScaleOut => _scaleOut.Max();

    private int Ranks => _nodes * _inNode;

    private int Length => _expected.Length;

    public Collective Collective(CollectiveKind kind) => new(kind, new Bytes(8d * Length), new GroupPlacement(Ranks, _inNode, _nodes));

    public void AssertEveryRankHoldsTheSum() => Assert.All(_values, row => Assert.Equal(_expected, row));

    /// <summary>As many rings as a node has ranks, each leaving its nodes through another rank and carrying its share of the vector.</summary>
    public void RingAllReduce()
    {
        int share = Length / _inNode;
        for (int ring = 0; ring < _inNode; ring++)
        {
            int[] order = [.. Enumerable.Range(0, Ranks).Select(i => (i / _inNode * _inNode) + ((i + ring) % _inNode))];
            Steps = RunRing(order, ring * share, share, reduce: true, gather: true);
        }
    }

    public void HierarchicalAllReduce()
    {
        int shard = Length / _inNode;
        int reduceSteps = 0, acrossSteps = 0, gatherSteps = 0;
        for (int node = 0; node < _nodes; node++)
        {
            reduceSteps = RunRing(NodeRanks(node), 0, Length, reduce: true, gather: false);
        }

        for (int local = 0; local < _inNode; local++)
        {
            int owned = (local + 1) % _inNode;
            int[] across = [.. Enumerable.Range(0, _nodes).Select(node => (node * _inNode) + local)];
            acrossSteps = RunRing(across, owned * shard, shard, reduce: true, gather: true);
        }

        for (int node = 0; node < _nodes; node++)
        {
            gatherSteps = RunRing(NodeRanks(node), 0, Length, reduce: false, gather: true);
        }

        Steps = reduceSteps + acrossSteps + gatherSteps;
    }

    public void AllToAll()
    {
        for (int from = 0; from < Ranks; from++)
        {
            for (int to = 0; to < Ranks; to++)
            {
                Count(from, to, Length / Ranks);
            }
        }
    }

    private int[] NodeRanks(int node) => [.. Enumerable.Range(node * _inNode, _inNode)];

    /// <summary>After the reducing half the rank at place i of the ring holds the sum of chunk i + 1; the gathering half passes sums on.</summary>
    private int RunRing(int[] order, int start, int length, bool reduce, bool gather)
    {
        int places = order.Length;
        int chunk = length / places;
        int steps = 0;
        for (int step = 0; reduce && step < places - 1; step++, steps++)
        {
            Pass(order, place => Mod(place - step, places), start, chunk, add: true);
        }

        for (int step = 0; gather && step < places - 1; step++, steps++)
        {
            Pass(order, place => Mod(place + 1 - step, places), start, chunk, add: false);
        }

        return steps;
    }

    private void Pass(int[] order, Func<int, int> chunkOf, int start, int chunk, bool add)
    {
        double[][] messages = [.. order.Select((rank, place) => _values[rank].AsSpan(start + (chunkOf(place) * chunk), chunk).ToArray())];
        for (int place = 0; place < order.Length; place++)
        {
            int to = order[(place + 1) % order.Length];
            Count(order[place], to, chunk);
            for (int i = 0; i < chunk; i++)
            {
                int at = start + (chunkOf(place) * chunk) + i;
                _values[to][at] = add ? _values[to][at] + messages[place][i] : messages[place][i];
            }
        }
    }

    private void Count(int from, int to, int elements)
    {
        if (from == to)
        {
            return;
        }

        double[] tier = from / _inNode == to / _inNode ? _scaleUp : _scaleOut;
        tier[from] += 8d * elements;
    }

    private static int Mod(int value, int modulus) => ((value % modulus) + modulus) % modulus;
}
