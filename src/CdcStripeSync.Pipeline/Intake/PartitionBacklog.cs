using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Intake;

/// <summary>What one partition is known to hold and was not read yet. While there is any, a row that is ready waits for its later changes, and one
/// request stands for all of them; where there is none, nothing waits.</summary>
/// <remarks>Rows wait for the end that was known when the first of them became ready, never for what is written meanwhile, and no longer than a moment:
/// reading may be held up by what it read (a schema that cannot be had).</remarks>
internal sealed class PartitionBacklog(TimeProvider time, TimeSpan patience, Func<bool> mayWait)
{
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource> _rows = [];
    private ITimer? _timer;
    private long _end;
    private long _next;
    private long _read;
    private long _routed;
    private long _until;
    private long _releaseAt = long.MaxValue;

    /// <summary>A record was taken over, in offset order, and will be routed.</summary>
    public void Read(SourceRecord record)
    {
        lock (_lock)
        {
            _read++;
            _next = record.Origin.Offset + 1;
            _end = record.End;
            if (_rows.Count > 0 && _releaseAt == long.MaxValue && (_next >= _until || _end <= _next)) Volatile.Write(ref _releaseAt, _read);
        }
    }

    /// <summary>The oldest record that was taken over and not routed has reached its row.</summary>
    public void Routed()
    {
        if (Interlocked.Increment(ref _routed) >= Volatile.Read(ref _releaseAt)) Release();
    }

    /// <summary>Something to wait for before a row is sent; null where nothing more of this partition is known.</summary>
    public TaskCompletionSource? Hold()
    {
        TaskCompletionSource row;
        lock (_lock)
        {
            var isRead = _end <= _next;
            if (!mayWait() || (isRead && Volatile.Read(ref _routed) >= _read)) return null;
            row = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _rows.Add(row);
            if (_rows.Count == 1) Begin(isRead);
        }

        if (Volatile.Read(ref _routed) >= Volatile.Read(ref _releaseAt)) Release();
        return row;
    }

    /// <summary>Whoever waits goes now.</summary>
    public void Release()
    {
        TaskCompletionSource[] rows;
        lock (_lock)
        {
            rows = [.. _rows];
            _rows.Clear();
            Volatile.Write(ref _releaseAt, long.MaxValue);
            _timer?.Dispose();
            _timer = null;
        }

        foreach (var row in rows) row.TrySetResult();
    }

    private void Begin(bool isRead)
    {
        _until = _end;
        Volatile.Write(ref _releaseAt, isRead ? _read : long.MaxValue);
        _timer = time.CreateTimer(_ => Release(), null, patience, Timeout.InfiniteTimeSpan);
    }
}
