using CdcStripeSync.App.Configuration;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres;
using Npgsql;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured state store.</summary>
internal static class StateAccess
{
    public static NpgsqlDataSource Source(Settings settings) => StateStoreSource.Create(settings.State.ConnectionString, settings.State.Schema);

    /// <exception cref="UserErrorException">The database cannot be reached, or its schema is not for this program.</exception>
    public static async Task<PostgresStateStore> OpenAsync(NpgsqlDataSource source, Settings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresStateStore.OpenAsync(source, settings.State.Schema, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new UserErrorException($"the state store's schema {settings.State.Schema} cannot be made or used: {e.MessageText}", $"CREATE SCHEMA {settings.State.Schema} AUTHORIZATION …; -- for the user of state.connectionString", ExitCode.Error, e);
        }
        catch (Exception e) when (e is StateStoreUnavailableException or NpgsqlException)
        {
            throw new UserErrorException($"the state store cannot be reached: {(e.InnerException ?? e).Message}", "start PostgreSQL, or mend state.connectionString", ExitCode.Error, e);
        }
        catch (Postgres.Migrations.StoreSchemaException e)
        {
            throw new UserErrorException(e.Message, "use the program's version that wrote the store, or another state.schema", ExitCode.Usage, e);
        }
    }
}
