using LlmSim.Model.Parallelism;
using Xunit;

namespace LlmSim.Tests.Model.Parallelism;

public sealed class RankPlacementTests
{
    [Fact]
    public void Tensor_ranks_are_neighbours_and_stages_lie_far_apart()
    {
        // Narayanan 2021, section 3: t = 8 inside a node, pipeline across nodes.
        var placement = new RankPlacement(new ParallelLayout { Tensor = 8, Pipeline = 4, Data = 2 }, 8);
        Assert.Equal(new GroupPlacement(8, 8, 1), placement.Place(GroupKind.Tensor));
        Assert.Equal(new GroupPlacement(2, 1, 2), placement.Place(GroupKind.Data));
        Assert.Equal(new GroupPlacement(4, 1, 4), placement.Place(GroupKind.Pipeline));
        Assert.True(placement.StageHopCrossesNodes());
    }

    [Fact]
    public void Small_tensor_groups_leave_room_for_data_ranks_in_the_node()
    {
        var placement = new RankPlacement(new ParallelLayout { Tensor = 2, Data = 16 }, 8);
        Assert.Equal(new GroupPlacement(16, 4, 4), placement.Place(GroupKind.Data));
    }

    [Fact]
    public void A_group_that_does_not_fit_into_nodes_is_placed_at_its_worst()
    {
        var placement = new RankPlacement(new ParallelLayout { Tensor = 6, Data = 4 }, 8);
        Assert.Equal(new GroupPlacement(6, 2, 2), placement.Place(GroupKind.Tensor));
    }

    [Fact]
    public void Expert_groups_use_tensor_ranks_first()
    {
        var layout = new ParallelLayout { Tensor = 4, Data = 4, Expert = 8 };
        Assert.Equal(1, ExpertSplit.TensorDegree(layout));
        Assert.Equal(2, ExpertSplit.Copies(layout));
        Assert.Equal(new GroupPlacement(8, 8, 1), new RankPlacement(layout, 8).Place(GroupKind.Expert));
        Assert.Equal(2, ExpertSplit.TensorDegree(new ParallelLayout { Tensor = 4, Expert = 2 }));
    }

    [Theory]
    [InlineData(2, 2, 2, 2)]
    [InlineData(4, 1, 3, 5)]
    [InlineData(1, 3, 2, 4)]
    public void Every_placement_equals_a_count_over_the_members_of_all_groups(int tensor, int context, int data, int pipeline)
    {
        var layout = new ParallelLayout { Tensor = tensor, Context = context, Data = data, Pipeline = pipeline };
        var placement = new RankPlacement(layout, 8);
        foreach (GroupKind kind in Enum.GetValues<GroupKind>())
        {
            var groups = Enumerable.Range(0, layout.WorldSize).Select(rank => string.Join(',', placement.Members(kind, rank))).Distinct()
                .Select(text => text.Split(',').Select(int.Parse).GroupBy(rank => rank / 8).ToList()).ToList();
            GroupPlacement placed = placement.Place(kind);
            Assert.Equal(groups.Max(nodes => nodes.Count), placed.Nodes);
            Assert.All(groups, nodes => Assert.Equal(placed.Size, nodes.Sum(node => node.Count())));
            Assert.Equal(groups.Where(nodes => nodes.Count == placed.Nodes).Min(nodes => nodes.Min(node => node.Count())), placed.RanksPerNode);
        }
    }

    [Fact]
    public void Rank_and_coordinates_agree()
    {
        var placement = new RankPlacement(new ParallelLayout { Tensor = 2, Context = 3, Data = 4, Pipeline = 5 }, 8);
        Assert.Equal(1 + (2 * (2 + (3 * (3 + (4 * 4))))), placement.Rank(1, 2, 3, 4));
        Assert.Equal(4, placement.Stage(placement.Rank(1, 2, 3, 4)));
    }

    [Fact]
    public void Layers_are_spread_with_the_earliest_stages_one_more()
    {
        Assert.Equal([7, 7, 6, 6, 6], StageLayers.Split(32, 5).ByChunk);

        // Zero Bubble, table 4: 22 layers on 8 stages, one fewer on the first and last.
        Assert.Equal([2, 3, 3, 3, 3, 3, 3, 2], StageLayers.Split(22, 8, 1, -1).ByChunk);
        StageLayers interleaved = StageLayers.Split(22, 8, 3, -1);
        Assert.Equal([2, 3, 3, 3, 3, 3, 3, 2], Enumerable.Range(0, 8).Select(interleaved.OnStage));
        Assert.Equal([0, 8, 16], StageLayers.Split(24, 8, 3).LayersOn(0));
    }
}
