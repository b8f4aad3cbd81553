using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres;
using Npgsql;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured state store.</summary>
internal static class StateAccess
{
    public static NpgsqlDataSource Source(Settings settings) => StateStoreSource.Create(settings.State.ConnectionString, settings.State.Schema);

    /// <summary>For delivery: makes the store, or brings it to this program's version.</summary>
    /// <exception cref="UserErrorException">The database cannot be reached, or its schema is not for this program.</exception>
    public static Task<PostgresStateStore> OpenAsync(NpgsqlDataSource source, Settings settings, CancellationToken cancellationToken) =>
        AskAsync(() => PostgresStateStore.OpenAsync(source, settings.State.Schema, cancellationToken), settings);

    /// <summary>As it stands, and how many migrations it lacks; null where there is none yet.</summary>
    /// <exception cref="UserErrorException">The database cannot be reached, or its schema is not for this program.</exception>
    public static Task<(PostgresStateStore Store, int Missing)?> LookAsync(NpgsqlDataSource source, Settings settings, CancellationToken cancellationToken) =>
        AskAsync(() => PostgresStateStore.LookAsync(source, settings.State.Schema, cancellationToken), settings);

    /// <summary>For commands: a store that a run of this program's version has made. Instances of an older version may be at work on one that is older.</summary>
    /// <exception cref="UserErrorException">It is none, or the database cannot be reached.</exception>
    public static async Task<PostgresStateStore> UseAsync(NpgsqlDataSource source, Settings settings, CancellationToken cancellationToken) => await LookAsync(source, settings, cancellationToken) switch
    {
        null => throw new UserErrorException($"no `cdc-stripe run` has used this state store (schema {settings.State.Schema}) yet", "is state.connectionString the one that it runs with? The first run makes the store", ExitCode.Usage),
        (_, > 0 and var missing) => throw new UserErrorException(
            $"the state store (schema {settings.State.Schema}) is older than this program: it lacks {Counted.Of(missing, "migration")}", "use the version that runs on it, or start this one's `cdc-stripe run` first: it brings the store up", ExitCode.Usage),
        var (store, _) => store,
    };

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, Settings settings)
    {
        try
        {
            return await ask();
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
