using CdcStripeSync.App.Commands;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Pipeline.Ports;
using Npgsql;

namespace CdcStripeSync.App.Checks;

/// <summary>Whether a run would take the state store. It is looked at only: a run alone makes it, binds it to an account, and brings it to a newer version.</summary>
internal sealed class StoreCheck(Settings settings, Mapping mapping)
{
    private readonly string _schema = settings.State.Schema;

    /// <param name="mine">Whom the Stripe key belongs to; null where that is not known.</param>
    public async Task<Finding> LookAsync(StoreStamp? mine, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = StateAccess.Source(settings);
            if (await StateAccess.LookAsync(source, settings, cancellationToken) is not var (store, missing)) return await NoneAsync(source, cancellationToken);
            var stamp = await store.StampAsync(cancellationToken);
            if (stamp is not null && mine is not null) StripeAccess.Compare(stamp, mine);
            var whose = stamp is null ? "belongs to nobody yet: the first run binds it to the key's account" : $"belongs to {stamp.Account} ({stamp.Mode})";
            if (missing > 0) return new Finding(true, $"the state store (schema {_schema}) {whose}; it is older than this program: the first run of this version applies {Counted.Of(missing, "migration")}, so stop older instances before");
            var identities = StripeAccess.Identities(mapping);
            StripeAccess.Compare(await store.IdentitiesAsync(identities, cancellationToken), identities);
            return new Finding(true, $"the state store (schema {_schema}) {whose}");
        }
        catch (UserErrorException e)
        {
            return new Finding(false, e.Message, e.Hint);
        }
        catch (Exception e) when (e is StateStoreUnavailableException or NpgsqlException)
        {
            return new Finding(false, $"the state store cannot be looked at: {e.Message}", "start PostgreSQL, or look at the rights of the user in state.connectionString");
        }
    }

    private async Task<Finding> NoneAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select case when to_regnamespace($1) is null then has_database_privilege(current_database(), 'CREATE') else has_schema_privilege($1, 'CREATE') end");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _schema });
        return await command.ExecuteScalarAsync(cancellationToken) is true
            ? new Finding(true, $"there is no state store yet: the first run makes it, in schema {_schema}")
            : new Finding(false, $"there is no state store yet, and schema {_schema} cannot be made or used by the user of state.connectionString", $"CREATE SCHEMA {_schema} AUTHORIZATION …; -- for that user");
    }
}
