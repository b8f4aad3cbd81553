namespace CdcStripeSync.Pipeline.Budget;

/// <summary>Tokens that flow in at a rate, up to a tenth of a second's worth; the rate is halved by a refusal and recovers. Not thread-safe.</summary>
internal sealed class TokenBucket
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    /// <summary>Requests that were under way together are refused together: they count as one refusal.</summary>
    private static readonly TimeSpan OneRefusal = TimeSpan.FromMilliseconds(500);

    private double _fullRate;
    private double _tokens;
    private double _rate;
    private TimeSpan _last;
    private TimeSpan _refused = TimeSpan.MinValue;

    public TokenBucket(double fullRate)
    {
        _fullRate = fullRate;
        _rate = fullRate;
        _tokens = Most;
    }

    public TimeSpan TimeToToken => _rate > 0 ? TimeSpan.FromSeconds(Math.Min(3600, Math.Max(0, 1 - _tokens) / _rate)) : TimeSpan.FromHours(1);

    public bool HasToken => _tokens >= 1;

    private double Most => Math.Max(1, _fullRate / 10);

    /// <summary>Another full rate from now on.</summary>
    public void SetFullRate(double fullRate)
    {
        _rate = _fullRate > 0 ? _rate * (fullRate / _fullRate) : fullRate;
        _fullRate = fullRate;
        _tokens = Math.Min(_tokens, fullRate > 0 ? Most : 0);
    }

    /// <summary>Lets tokens flow in until now; monotonic.</summary>
    public void Refill(TimeSpan now)
    {
        var elapsed = now - _last;
        _last = now;
        _rate = Math.Min(_fullRate, _rate + (_fullRate * (elapsed / Recovery)));
        _tokens = Math.Min(Most, _tokens + (_rate * elapsed.TotalSeconds));
    }

    public void Take() => _tokens -= 1;

    public void GiveBack() => _tokens += 1;

    public void Refused()
    {
        _tokens = Math.Min(_tokens, 0);
        if (_refused != TimeSpan.MinValue && _last - _refused < OneRefusal) return;
        _refused = _last;
        _rate = Math.Max(_fullRate / 16, _rate / 2);
    }
}
