namespace CdcStripeSync.Simulation.History;

/// <summary>Positions of one log after another: a restored or another server counts anew, so a position alone does not tell what came first. Each log's
/// positions have a last digit of their own.</summary>
internal static class LogOrder
{
    private const int Apart = 4;

    /// <summary>Logs that a history can have.</summary>
    public const int Most = 4;

    /// <summary>The position in this log that is nearest to a place.</summary>
    public static ulong At(int log, ulong place) => (place & ~0xFUL) + (ulong)(log * Apart);

    public static int LogOf(ulong lsn) => (int)((lsn + 1) & 0xF) / Apart;

    /// <summary>Grows from change to change, from one log to the next too.</summary>
    public static ulong Of(ulong lsn) => ((ulong)LogOf(lsn) << 48) + lsn;
}
