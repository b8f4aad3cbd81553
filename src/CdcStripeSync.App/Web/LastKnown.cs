namespace CdcStripeSync.App.Web;

/// <summary>A reading that others wait for: taken by one at a time and not more often than it gets old. Where it fails, the last one stands.</summary>
/// <param name="patience">How long a reading may take: those who ask have time limits of their own.</param>
internal sealed class LastKnown<T>(Func<CancellationToken, Task<T>> read, TimeSpan getsOld, TimeSpan patience, TimeProvider time) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _one = new(1);
    private T? _last;
    private long? _tried;

    /// <summary>Why the newest reading failed; null where it did not.</summary>
    public string? Fault { get; private set; }

    /// <returns>Null where none has succeeded yet.</returns>
    public async Task<T?> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_tried is { } at && time.GetElapsedTime(at) < getsOld) return _last;
            await TryAsync(cancellationToken);
            _tried = time.GetTimestamp();
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            _last = await read(limit.Token);
            Fault = null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fault = $"no answer within {patience.TotalSeconds:0} s";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Fault = $"{e.GetType().Name} {e.Message}";
        }
    }
}
