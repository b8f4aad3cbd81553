using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>Connections to the product database for direct reads of its rows.</summary>
public static class SourceConnections
{
    /// <summary>Thousands of rows may be looked for at once, and the connections are the product's: these wait for their turn, <c>Timeout</c> seconds at most.</summary>
    public const int Most = 4;

    /// <exception cref="ArgumentException">The connection string cannot be used.</exception>
    public static NpgsqlDataSource Create(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxPoolSize == 100) settings.MaxPoolSize = Math.Max(Most, settings.MinPoolSize); // Npgsql's default, and more than a server has to spare
        settings.ApplicationName ??= "cdc-stripe";
        return NpgsqlDataSource.Create(settings);
    }
}
