using System.Net.Sockets;
using Npgsql;

namespace CdcStripeSync.Postgres;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
internal static class Outage
{
    /// <summary>Connection lost or refused, time-out, server stopping, starting or out of room: it passes without a change of ours.</summary>
    /// <remarks>An Npgsql exception without a cause of the network's is a fault of the program (a parameter without a value, a reader left open): waiting would hide it for ever.</remarks>
    public static bool Is(NpgsqlException exception) => exception is PostgresException refused
        ? Passes(refused)
        : exception.IsTransient || HasCause(exception, e => e is IOException or SocketException or TimeoutException or ObjectDisposedException);

    /// <summary>Whether the connection itself went, and others with it.</summary>
    public static bool Severs(NpgsqlException exception) =>
        exception is not PostgresException refused || refused.SqlState is ['5', '7', 'P', ..] or ['0', '8', ..] || refused.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction;

    private static bool Passes(PostgresException refused) => refused.IsTransient || refused.SqlState switch
    {
        PostgresErrorCodes.ReadOnlySqlTransaction => true, // a standby: before or after a fail-over
        PostgresErrorCodes.IdleSessionTimeout or "25P03" => true, // idle too long, in a transaction or out of one
        PostgresErrorCodes.QueryCanceled => true, // statement_timeout, or an administrator
        PostgresErrorCodes.LockNotAvailable => true, // lock_timeout
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => true,
        ['5', '7', 'P', ..] or ['5', '3', ..] or ['0', '8', ..] or ['5', '8', ..] => true,
        _ => false,
    };

    private static bool HasCause(Exception exception, Func<Exception, bool> isCause)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (isCause(e)) return true;
        }

        return false;
    }
}
