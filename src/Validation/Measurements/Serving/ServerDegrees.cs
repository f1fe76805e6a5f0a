namespace LlmSim.Validation.Measurements.Serving;

/// <summary>The devices of one replica and how attention and experts are cut over them.</summary>
/// <param name="Devices">Devices of a replica, pipeline stages apart.</param>
/// <param name="Data">Attention replicas inside it that see different requests; 1 where attention heads are split over all devices.</param>
/// <param name="Expert">Groups of devices that hold different experts.</param>
public readonly record struct ServerDegrees(int Devices, int Data, int Expert)
{
    /// <summary>One deployment out of the conventions by which tables write its parallel columns; null where they contradict each other.</summary>
    /// <remarks>
    /// AIConfigurator's tables write N devices with experts spread over all of them also as moe_tp = moe_ep = N, so that tp or attention_dp is
    /// N² (16 and 64 for 4 and 8 devices), or as attention_dp = tp = N with moe_ep = N²: runs of equal times show that these are the same.
    /// Zero stands for a blank column.
    /// </remarks>
    /// <param name="tensor">Column tp.</param>
    /// <param name="attentionData">Column attention_dp.</param>
    /// <param name="expertTensor">Column moe_tp.</param>
    /// <param name="expert">Column moe_ep.</param>
    /// <param name="devicesOfNode">Devices of a node: a square beyond it is a convention rather than a deployment.</param>
    public static ServerDegrees? Canonical(int tensor, int attentionData, int expertTensor, int expert, int devicesOfNode)
    {
        (int t, int d, int et, int e) = (Math.Max(1, tensor), Math.Max(1, attentionData), Math.Max(1, expertTensor), Math.Max(1, expert));
        bool isSquare = et == e && e > 1;
        if (isSquare && d == 1 && t == e * e && t > devicesOfNode)
        {
            return new(e, 1, e);
        }

        if (isSquare && t == 1 && d == e * e && d > devicesOfNode)
        {
            return new(e, e, e);
        }

        if (t > 1 && d == t && e == t * t)
        {
            return new(t, t, t);
        }

        if (expertTensor <= 0 && expert <= 0)
        {
            return t > 1 && d > 1 && d != t ? null : new(Math.Max(t, d), d, 1);
        }

        int devices = Math.Max(t, d);
        bool isSplit = (long)et * e == devices || (et == 1 && e == 1);
        return isSplit && (t == 1 || d == 1 || t == d) ? new(devices, d, e) : null;
    }
}
