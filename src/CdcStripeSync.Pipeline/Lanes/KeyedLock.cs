namespace CdcStripeSync.Pipeline.Lanes;

/// <summary>One holder for each key at a time, first come first served; keys that nobody wants cost nothing.</summary>
public sealed class KeyedLock<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Queue<TaskCompletionSource>> _held = [];

    public async Task<IDisposable> AcquireAsync(TKey key)
    {
        TaskCompletionSource? turn = null;
        lock (_held)
        {
            if (_held.TryGetValue(key, out var waiting)) waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            else _held[key] = new Queue<TaskCompletionSource>();
        }

        if (turn is not null) await turn.Task;
        return new Holder(this, key);
    }

    private void Release(TKey key)
    {
        TaskCompletionSource? next;
        lock (_held)
        {
            if (!_held[key].TryDequeue(out next)) _held.Remove(key);
        }

        next?.SetResult();
    }

    private sealed class Holder(KeyedLock<TKey> owner, TKey key) : IDisposable
    {
        public void Dispose() => owner.Release(key);
    }
}
