using LlmSim.Model.Units;

namespace LlmSim.Model.Cost;

/// <summary>Constants of <see cref="GemmCost"/> for one format.</summary>
/// <param name="Floor">Smallest time of such a kernel inside a captured graph.</param>
/// <param name="ComputeShare">Best share of the peak matrix rate, reached by large tiles.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="PrologueDepth">Prologue and epilogue of a tile, as if the inner size K were longer by this.</param>
/// <param name="SmallTilePenalty">How much smaller tiles lose: a tile of 64 x 64 runs at 1/(1 + this) of the best share.</param>
/// <param name="SplitTime">The extra kernel that adds up partial sums when K is split; zero where kernels of this format never split.</param>
/// <param name="QuantiseRow">Activation quantisation: time of one row (token).</param>
/// <param name="QuantiseShare">Activation quantisation: share of the reachable memory bandwidth; zero where no such kernel runs.</param>
public sealed record GemmConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double PrologueDepth, double SmallTilePenalty, Seconds SplitTime, Seconds QuantiseRow, double QuantiseShare);

/// <summary>Constants of <see cref="DecodeAttentionCost"/>.</summary>
/// <param name="Floor">Smallest time of the kernel.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="ItemTime">Fixed time of one pair of a sequence and a KV head on one multiprocessor, at head size 128.</param>
/// <param name="HeadSizeExponent">How that time grows with the head size.</param>
/// <param name="Smoothness">Order of the smooth maximum of both.</param>
public sealed record DecodeAttentionConstants(Seconds Floor, double MemoryShare, Seconds ItemTime, double HeadSizeExponent, double Smoothness);

/// <summary>Constants of <see cref="PrefillAttentionCost"/>.</summary>
/// <param name="Floor">Smallest time of the kernel.</param>
/// <param name="ComputeShare">Share of the peak matrix rate.</param>
/// <param name="ExponentialTerm">Exponentials that are not hidden behind products, in sixteenths of a clock and multiprocessor for each score.</param>
/// <param name="ItemTime">Fixed time of one block of 128 queries of one head.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth for inputs, results and the cache write.</param>
/// <param name="Smoothness">Order of the smooth maximum of total work and longest block.</param>
/// <param name="BackwardRate">Rate of the gradient's products relative to the forward ones.</param>
public sealed record PrefillAttentionConstants(
    Seconds Floor, double ComputeShare, double ExponentialTerm, Seconds ItemTime, double MemoryShare, double Smoothness, double BackwardRate);

/// <summary>Constants of <see cref="ExpertsCost"/>.</summary>
/// <param name="Floor">Routing, alignment, quantisation and reduction kernels.</param>
/// <param name="ComputeShare">Best share of the peak matrix rate.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth when reading weights.</param>
/// <param name="SmallTilePenalty">Loss of small tiles.</param>
/// <param name="TileTime">Shortest time of one tile.</param>
/// <param name="ExpertTime">Work that grows with the number of experts.</param>
/// <param name="RemotePairShare">Share of the pairs of other ranks whose buffers are still written and read.</param>
/// <param name="ActivationShare">Share of the peak memory bandwidth in permutation, activation and reduction.</param>
public sealed record ExpertsConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double SmallTilePenalty, Seconds TileTime, Seconds ExpertTime, double RemotePairShare, double ActivationShare);

/// <summary>Constants of <see cref="LatentAttentionCost"/>.</summary>
/// <param name="Floor">Small kernels of the module: norms, rotary, cache write.</param>
/// <param name="ComputeShare">Share of the peak matrix rate in attention.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
/// <param name="ProjectionFactor">Time of the projections relative to the same products alone.</param>
/// <param name="ItemTime">Fixed time of one block of work on one multiprocessor.</param>
/// <param name="MinimumHeads">Heads to which the kernel pads (decode).</param>
/// <param name="ContextTime">Time that grows with the longest context (decode).</param>
public sealed record LatentAttentionConstants(
    Seconds Floor, double ComputeShare, double MemoryShare, double ProjectionFactor, Seconds ItemTime, double MinimumHeads, Seconds ContextTime);

/// <summary>Constants of kernels that only stream tensors.</summary>
/// <param name="Floor">Smallest time of one kernel inside a captured graph.</param>
/// <param name="MemoryShare">Share of the peak memory bandwidth.</param>
public sealed record StreamConstants(Seconds Floor, double MemoryShare);

/// <summary>Host time of a serving engine.</summary>
/// <param name="PerStep">Scheduling and launch of one iteration.</param>
/// <param name="PerSequence">Bookkeeping and sampling of each running sequence and iteration.</param>
/// <param name="PerPrefill">Input preparation of each prompt or part of a prompt.</param>
/// <param name="DeviceFactor">Time of an iteration on the device relative to the sum of its kernels.</param>
public sealed record ServingHostConstants(Seconds PerStep, Seconds PerSequence, Seconds PerPrefill, double DeviceFactor);

/// <summary>What sustained training steps add to kernels timed alone.</summary>
/// <param name="GemmFactor">Sustained time of a matrix product relative to the kernel alone: power, clocks, neighbours.</param>
/// <param name="LaunchTime">Host time of one kernel launch.</param>
/// <param name="HostOverlapLoss">Share of the smaller of host and device time that still shows.</param>
/// <param name="TensorOverlap">Share of tensor-parallel traffic that is hidden where the software overlaps it.</param>
/// <param name="MultiNodeSlowdown">Relative slowdown of a step once more than one node takes part.</param>
/// <param name="OptimizerBytes">Bytes moved for each parameter by an unfused Adam step with unscaling, norm and copy.</param>
public sealed record TrainingConstants(
    double GemmFactor, Seconds LaunchTime, double HostOverlapLoss, double TensorOverlap, double MultiNodeSlowdown, double OptimizerBytes);
