namespace CdcStripeSync.Pipeline.Settling;

/// <summary>Questions to the store that are asked while one is under way are asked together next: one round trip a group, not a question.</summary>
/// <param name="ask">Answers many at once; a key that is missing from the answer has none.</param>
public sealed class GroupedAsk<TKey, TAnswer>(Func<IReadOnlyCollection<TKey>, CancellationToken, Task<IReadOnlyDictionary<TKey, TAnswer>>> ask)
    where TKey : notnull
{
    private const int MostAtOnce = 500;
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, TaskCompletionSource<TAnswer?>> _asked = [];
    private bool _asking;

    /// <summary>The answer, or the type's default where there is none.</summary>
    public Task<TAnswer?> AskAsync(TKey key, CancellationToken cancellationToken)
    {
        TaskCompletionSource<TAnswer?>? asked;
        lock (_lock)
        {
            if (!_asked.TryGetValue(key, out asked)) _asked[key] = asked = new TaskCompletionSource<TAnswer?>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_asking) return asked.Task;
            _asking = true;
        }

        _ = DrainAsync(cancellationToken);
        return asked.Task;
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (Next() is { Count: > 0 } group)
        {
            try
            {
                var answers = await ask(group.Keys, cancellationToken);
                foreach (var (key, asked) in group) asked.TrySetResult(answers.GetValueOrDefault(key));
            }
            catch (OperationCanceledException)
            {
                foreach (var asked in group.Values) asked.TrySetCanceled(cancellationToken);
            }
            catch (Exception e)
            {
                foreach (var asked in group.Values) asked.TrySetException(e);
            }
        }
    }

    private Dictionary<TKey, TaskCompletionSource<TAnswer?>> Next()
    {
        lock (_lock)
        {
            var group = _asked.Take(MostAtOnce).ToDictionary();
            foreach (var key in group.Keys) _asked.Remove(key);
            _asking = group.Count > 0;
            return group;
        }
    }
}
