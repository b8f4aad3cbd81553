namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>Decides how far the slot may be confirmed: past every transaction whose records are all settled, no further.</summary>
internal sealed class Confirmation
{
    private readonly Queue<(ulong Position, ulong End)> _unsettled = [];

    /// <summary>The position up to which the server may forget.</summary>
    public ulong Confirmed { get; private set; }

    /// <summary>A transaction (or message) whose records carry <paramref name="position"/> and that ends at <paramref name="end"/>.</summary>
    public void Emitted(ulong position, ulong end) => _unsettled.Enqueue((position, end));

    /// <param name="settled">Null: unknown, nothing moves.</param>
    /// <param name="idleAt">Everything before it was received and none of it makes a record; null while a transaction is open.</param>
    /// <returns>True when <see cref="Confirmed"/> moved.</returns>
    public bool Advance(ulong? settled, ulong? idleAt)
    {
        if (settled is not { } upTo)
            return false;
        var before = Confirmed;
        while (_unsettled.TryPeek(out var oldest) && oldest.Position <= upTo)
        {
            _unsettled.Dequeue();
            Confirmed = Math.Max(Confirmed, oldest.End);
        }
        if (_unsettled.Count == 0 && idleAt is { } idle)
            Confirmed = Math.Max(Confirmed, idle);
        return Confirmed > before;
    }
}
