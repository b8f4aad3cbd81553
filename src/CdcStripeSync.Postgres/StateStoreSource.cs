using System.Text.RegularExpressions;
using Npgsql;

namespace CdcStripeSync.Postgres;

/// <summary>Connections to the state store, set up for it: its schema first, statements prepared as they repeat.</summary>
public static partial class StateStoreSource
{
    public const string DefaultSchema = "cdc_stripe";

    /// <summary>What <see cref="IsSchema"/> takes, for people.</summary>
    public const string SchemaRule = "lower-case letters, digits and _, 63 at most, no digit first";

    public static bool IsSchema(string name) => SchemaName().IsMatch(name);

    /// <exception cref="ArgumentException">The connection string or the schema's name cannot be used.</exception>
    public static NpgsqlDataSource Create(string connectionString, string schema = DefaultSchema)
    {
        if (!IsSchema(schema)) throw new ArgumentException($"'{schema}' cannot be the state store's schema: expected {SchemaRule}");

        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema };
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 50;
        settings.AutoPrepareMinUsages = 2;
        // Nothing that is done here changes a session: undoing it would be six more statements to parse before each round trip.
        settings.NoResetOnClose = true;
        // Reads and writes are grouped: a few connections carry thousands of rows a second, and the server's are shared with others.
        if (settings.MaxPoolSize == 100) settings.MaxPoolSize = 12;
        settings.ApplicationName ??= "cdc-stripe";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex SchemaName();
}
