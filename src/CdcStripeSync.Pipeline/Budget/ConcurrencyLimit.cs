namespace CdcStripeSync.Pipeline.Budget;

/// <summary>How many requests may be under way: more while answers come as fast as they use to, fewer when they slow down or are refused for it.</summary>
/// <remarks>Each answer's time is taken relative to its endpoint's own usual time (a slow average), so that a search beside updates does not look
/// like trouble. It begins at its bound, falls by a tenth where the last answers took twice as long as usual, and grows by one each round trip
/// while they do not. Not thread-safe.</remarks>
/// <param name="most">The upper bound.</param>
public sealed class ConcurrencyLimit(int most)
{
    private const int Least = 4;
    private const double RecentShare = 1 / 20.0;
    private const double UsualShare = 1 / 200.0;
    private const double Slow = 2;
    private const double Healthy = 1.5;
    private readonly Dictionary<string, double> _usual = new(StringComparer.Ordinal);
    private double _limit = most;
    private double _recent = 1;
    private int _sentBefore;

    /// <summary>Requests that may be under way now.</summary>
    public int Now => (int)_limit;

    /// <summary>A request was answered.</summary>
    /// <param name="took">From its sending to its answer.</param>
    /// <param name="wasFull">As many were under way as may be: only then does a quick answer say that more could be.</param>
    public void Answered(string endpoint, TimeSpan took, bool wasFull)
    {
        var milliseconds = Math.Max(took.TotalMilliseconds, 0.1);
        var usual = _usual.TryGetValue(endpoint, out var known) ? known : milliseconds;
        _usual[endpoint] = usual + ((milliseconds - usual) * UsualShare);
        _recent += ((milliseconds / usual) - _recent) * RecentShare;
        if (_sentBefore > 0) _sentBefore--;
        else if (_recent > Slow) Slower(0.9);
        else if (wasFull && _recent < Healthy) _limit = Math.Min(most, _limit + (1 / _limit));
    }

    /// <summary>Stripe refused a request because too many were under way.</summary>
    public void Refused()
    {
        if (_sentBefore > 0) _sentBefore--;
        else Slower(0.7);
    }

    /// <summary>What was under way at that time says nothing of the new limit.</summary>
    private void Slower(double factor)
    {
        _sentBefore = (int)_limit;
        _limit = Math.Max(Math.Min(Least, most), _limit * factor);
        _recent = 1;
    }
}
