namespace CdcStripeSync.DevStack.Postgres;

/// <summary>PostgreSQL cannot be started here; <see cref="Hint"/> says what to do.</summary>
public sealed class PostgresUnavailableException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
