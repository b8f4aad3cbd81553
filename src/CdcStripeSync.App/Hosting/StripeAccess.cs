using CdcStripeSync.App.Configuration;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Stripe;
using CdcStripeSync.Stripe.Keys;
using CdcStripeSync.Stripe.Reading;

namespace CdcStripeSync.App.Hosting;

/// <summary>The configured Stripe, with key, mode and account pinned together.</summary>
internal static class StripeAccess
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <exception cref="UserErrorException">The key is none, or does not belong to the mapping's mode.</exception>
    public static StripeGateway Gateway(Settings settings, Mapping mapping)
    {
        try
        {
            StripeKey.Parse(settings.Stripe.ApiKey).Check(mapping.Mode == StripeMode.Live, mapping.Account);
        }
        catch (StripeKeyException e)
        {
            throw new UserErrorException(e.Message, e.Hint, ExitCode.Usage, e);
        }

        return new StripeGateway(
            new StripeGatewayOptions(new Uri(settings.Stripe.BaseAddress), settings.Stripe.ApiKey) { MaxConnections = Math.Max(8, settings.Stripe.MaxConcurrency) }, TimeProvider.System);
    }

    public static BudgetOptions Budget(Settings settings) =>
        new(settings.Stripe.RequestsPerSecond, settings.Stripe.RequestsPerEndpoint, settings.Stripe.Reserve, settings.Stripe.MaxConcurrency);

    /// <summary>Stamps the store with account and mode at first use; refuses any other ever after.</summary>
    /// <exception cref="UserErrorException">Key, mapping and store do not belong together, or Stripe does not answer.</exception>
    public static async Task<StoreStamp> PinAsync(IStripeGateway gateway, Mapping mapping, IStateStore store, CancellationToken cancellationToken)
    {
        var mine = await StampAsync(gateway, mapping, cancellationToken);
        Compare(await store.StampAsync(mine, cancellationToken), mine);
        await IdentifyAsync(mapping, store, cancellationToken);
        return mine;
    }

    /// <summary>The account and mode that the key and the mapping belong to.</summary>
    /// <exception cref="UserErrorException">They do not belong together, or Stripe does not answer.</exception>
    public static async Task<StoreStamp> StampAsync(IStripeGateway gateway, Mapping mapping, CancellationToken cancellationToken)
    {
        string? account;
        try
        {
            account = await new StripeReader(gateway, Deadline).AccountAsync(cancellationToken) ?? mapping.Account;
        }
        catch (StripeReadException e)
        {
            throw e.Outcome is StripeOutcome.Refused { Error.Status: 401 }
                ? new UserErrorException(e.Message, "the key is refused: set stripe.apiKey, best by environment: CDC_STRIPE__STRIPE__APIKEY=sk_test_…", ExitCode.Usage, e)
                : new UserErrorException(e.Message, "check stripe.baseAddress and the network", ExitCode.Error, e);
        }

        if (account is null) throw new UserErrorException("a restricted key may not read its account", "add account: acct_… to the mapping", ExitCode.Usage);
        if (mapping.Account is { } pinned && pinned != account) throw new UserErrorException($"the key belongs to {account}, but the mapping pins {pinned}", "use the key of that account, or change the mapping", ExitCode.Usage);
        return new StoreStamp(account, mapping.Mode == StripeMode.Live ? "live" : "test");
    }

    /// <exception cref="UserErrorException">The store is another account's or mode's.</exception>
    public static void Compare(StoreStamp stands, StoreStamp mine)
    {
        if (stands != mine)
            throw new UserErrorException($"the state store belongs to {stands.Account} ({stands.Mode}), this is {mine.Account} ({mine.Mode})", "use another state.schema for another account or mode", ExitCode.Usage);
    }

    /// <summary>Rows that are linked under one key would look new under another, and each would get a second object.</summary>
    /// <exception cref="UserErrorException">The mapping identifies rows otherwise than the stored ones.</exception>
    public static async Task IdentifyAsync(Mapping mapping, IStateStore store, CancellationToken cancellationToken)
    {
        var mine = Identities(mapping);
        Compare(await store.IdentifyAsync(mine, cancellationToken), mine);
    }

    public static IReadOnlyList<RowIdentity> Identities(Mapping mapping) => [.. mapping.Resources.Select(RowIdentity.Of)];

    /// <exception cref="UserErrorException">The mapping identifies rows otherwise than the stored ones.</exception>
    public static void Compare(IReadOnlyList<RowIdentity> stored, IReadOnlyList<RowIdentity> mine)
    {
        foreach (var kept in stored)
        {
            if (mine.First(i => i.Resource == kept.Resource).DifferenceFrom(kept) is not var (setting, here, there)) continue;
            throw new UserErrorException(
                $"the mapping's {kept.Resource} says {setting}: '{here}', but its rows in the state store are linked by '{there}': each would get a second object",
                $"put {setting} back; where it has changed for good, begin with another state.schema and cdc-stripe run --adopt, which links rows with objects by stripe_id or lookup key", ExitCode.Usage);
        }
    }
}
