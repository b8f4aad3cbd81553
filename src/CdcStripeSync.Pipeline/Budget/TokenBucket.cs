namespace CdcStripeSync.Pipeline.Budget;

/// <summary>Tokens that flow in at a rate, up to a tenth of a second's worth; the rate is halved by a refusal and recovers. Not thread-safe.</summary>
internal sealed class TokenBucket
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);
    private readonly double _fullRate;
    private double _tokens;
    private double _rate;
    private TimeSpan _last;

    public TokenBucket(double fullRate)
    {
        _fullRate = fullRate;
        _rate = fullRate;
        _tokens = Math.Max(1, fullRate / 10);
    }

    public TimeSpan TimeToToken => TimeSpan.FromSeconds(Math.Max(0, 1 - _tokens) / _rate);

    public bool HasToken => _tokens >= 1;

    /// <summary>Lets tokens flow in until now; monotonic.</summary>
    public void Refill(TimeSpan now)
    {
        var elapsed = now - _last;
        _last = now;
        _rate = Math.Min(_fullRate, _rate + (_fullRate * (elapsed / Recovery)));
        _tokens = Math.Min(Math.Max(1, _fullRate / 10), _tokens + (_rate * elapsed.TotalSeconds));
    }

    public void Take() => _tokens -= 1;

    public void GiveBack() => _tokens += 1;

    public void Refused()
    {
        _rate = Math.Max(_fullRate / 16, _rate / 2);
        _tokens = Math.Min(_tokens, 0);
    }
}
