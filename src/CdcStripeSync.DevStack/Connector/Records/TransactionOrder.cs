namespace CdcStripeSync.DevStack.Connector.Records;

/// <summary>Counts the events of the open transaction, in all and by table (Debezium's transaction metadata).</summary>
internal sealed class TransactionOrder
{
    private readonly OrderedDictionary<string, long> _collections = new(StringComparer.Ordinal);

    public long Total { get; private set; }

    public IReadOnlyList<KeyValuePair<string, long>> Collections => [.. _collections];

    /// <summary>The transaction block of the next event.</summary>
    public object?[] Next(string collection, long transactionId, ulong lsn)
    {
        Total++;
        var order = _collections.GetValueOrDefault(collection) + 1;
        _collections[collection] = order;
        return [$"{transactionId}:{lsn}", Total, order];
    }

    public void Reset()
    {
        Total = 0;
        _collections.Clear();
    }
}
