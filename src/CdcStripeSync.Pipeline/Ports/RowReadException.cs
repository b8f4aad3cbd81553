namespace CdcStripeSync.Pipeline.Ports;

/// <summary>The source database did not tell the row: it is away, or it refuses.</summary>
/// <param name="passes">It passes without a change of ours (no connection, a stop, a time-out); else a table, a column or a right is missing.</param>
public sealed class RowReadException(string message, string hint, bool passes, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What mends it: SQL, or a setting.</summary>
    public string Hint { get; } = hint;

    public bool Passes { get; } = passes;
}
