namespace LlmSim.Model.Parallelism;

/// <summary>Maps ranks to nodes and tells for each kind of group how far its ranks lie apart.</summary>
/// <remarks>
/// Rank = ((pipeline x D + data) x C + context) x T + tensor: tensor fastest, because it talks most (Narayanan 2021, section 3). Nodes are filled in
/// rank order.
/// </remarks>
public sealed class RankPlacement
{
    private readonly ParallelLayout _layout;

    /// <summary>Places a layout on nodes that hold <paramref name="devicesPerNode"/> devices each.</summary>
    public RankPlacement(ParallelLayout layout, int devicesPerNode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(devicesPerNode, 1);
        _layout = layout;
        DevicesPerNode = devicesPerNode;
    }

    /// <summary>Devices of one scale-up domain.</summary>
    public int DevicesPerNode { get; }

    /// <summary>The node of a rank, from zero.</summary>
    public int Node(int rank) => rank / DevicesPerNode;

    /// <summary>The device of a rank inside its node, from zero.</summary>
    public int Device(int rank) => rank % DevicesPerNode;

    /// <summary>The rank with these coordinates, each from zero.</summary>
    public int Rank(int tensor, int context, int data, int pipeline) =>
        ((((pipeline * _layout.Data) + data) * _layout.Context) + context) * _layout.Tensor + tensor;

    /// <summary>The stage of a rank, from zero.</summary>
    public int Stage(int rank) => rank / (_layout.Tensor * _layout.Context * _layout.Data);

    /// <summary>Where the groups of a kind lie; of groups that lie differently, the one over most nodes.</summary>
    public GroupPlacement Place(GroupKind kind)
    {
        (int size, int stride) = Shape(kind);
        int period = size * stride;
        return IsRegular(period, stride) ? PlaceOne(0, size, stride) : PlaceWorst(size, stride, period);
    }

    /// <summary>The ranks of the group that contains <paramref name="rank"/>, in order.</summary>
    public IEnumerable<int> Members(GroupKind kind, int rank)
    {
        (int size, int stride) = Shape(kind);
        int period = size * stride;
        int first = (rank / period * period) + (rank % stride);
        return Enumerable.Range(0, size).Select(i => first + (i * stride));
    }

    /// <summary>Whether two neighbouring stages lie in different nodes for at least one rank, so that activations cross the network.</summary>
    /// <remarks>Stages follow one another in rank order, so this is so as soon as there is a second node.</remarks>
    public bool StageHopCrossesNodes() => _layout.Pipeline > 1 && _layout.WorldSize > DevicesPerNode;

    private (int Size, int Stride) Shape(GroupKind kind)
    {
        int sequenceRanks = _layout.Tensor * _layout.Context;
        int expertTensor = ExpertSplit.TensorDegree(_layout);
        return kind switch
        {
            GroupKind.Tensor => (_layout.Tensor, 1),
            GroupKind.Context => (_layout.Context, _layout.Tensor),
            GroupKind.Data => (_layout.Data, sequenceRanks),
            GroupKind.Shard => (_layout.StateShards, _layout.Tensor),
            GroupKind.ShardCopies => (_layout.ShardCopies, _layout.Tensor * _layout.StateShards),
            GroupKind.Pipeline => (_layout.Pipeline, sequenceRanks * _layout.Data),
            GroupKind.Expert => (_layout.Expert, expertTensor),
            GroupKind.ExpertData => (ExpertSplit.Copies(_layout), _layout.Expert * expertTensor),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>Whether all groups of this shape lie alike: strides and periods nest into nodes.</summary>
    private bool IsRegular(int period, int stride) =>
        (DevicesPerNode % stride == 0 || stride % DevicesPerNode == 0) && (DevicesPerNode % period == 0 || period % DevicesPerNode == 0);

    private GroupPlacement PlaceOne(int first, int size, int stride)
    {
        int nodes = 0, fewest = size, inNode = 0, current = -1;
        for (int i = 0; i < size; i++)
        {
            int node = Node(first + (i * stride));
            if (node != current)
            {
                fewest = nodes == 0 ? fewest : Math.Min(fewest, inNode);
                current = node;
                nodes++;
                inNode = 0;
            }

            inNode++;
        }

        return new GroupPlacement(size, Math.Min(fewest, inNode), nodes);
    }

    private GroupPlacement PlaceWorst(int size, int stride, int period)
    {
        GroupPlacement worst = PlaceOne(0, size, stride);
        for (int start = 0; start < _layout.WorldSize; start += period)
        {
            for (int offset = 0; offset < stride; offset++)
            {
                GroupPlacement group = PlaceOne(start + offset, size, stride);
                bool isWorse = group.Nodes > worst.Nodes || (group.Nodes == worst.Nodes && group.RanksPerNode < worst.RanksPerNode);
                worst = isWorse ? group : worst;
            }
        }

        return worst;
    }
}
