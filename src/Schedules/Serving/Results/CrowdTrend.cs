using LlmSim.Model.Units;

namespace LlmSim.Schedules.Serving.Results;

/// <summary>The line through the numbers of requests that arrivals find in the system over their times. Owns the running sums.</summary>
/// <remarks>Means and products of deviations are updated one by one (Welford 1962), so that nothing large cancels.</remarks>
internal sealed class CrowdTrend
{
    private long _count;
    private double _meanTime;
    private double _meanCrowd;
    private double _timeSquares;
    private double _crowdSquares;
    private double _products;
    private double _first;
    private double _last;

    internal void Add(Instant now, long crowd)
    {
        double time = now.SinceStart.Value;
        _first = _count == 0 ? time : _first;
        _last = time;
        _count++;
        double timeOff = time - _meanTime;
        double crowdOff = crowd - _meanCrowd;
        _meanTime += timeOff / _count;
        _meanCrowd += crowdOff / _count;
        _timeSquares += timeOff * (time - _meanTime);
        _crowdSquares += crowdOff * (crowd - _meanCrowd);
        _products += timeOff * (crowd - _meanCrowd);
    }

    internal Saturation? Verdict(Seconds wait, Seconds residence, double lost)
    {
        if (_count < Saturation.FewestRequests)
        {
            return null;
        }

        double slope = _timeSquares > 0 ? _products / _timeSquares : 0;
        double explained = _timeSquares > 0 && _crowdSquares > 0 ? slope * (_products / _crowdSquares) : 0;
        bool grows = explained >= Saturation.LeastExplained && slope * (_last - _first) > _meanCrowd;
        return Saturation.Of(grows, slope * (_last - _first) / _count, explained, wait, residence, lost);
    }
}
