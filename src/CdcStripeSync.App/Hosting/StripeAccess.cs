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
        var mine = new StoreStamp(account, mapping.Mode == StripeMode.Live ? "live" : "test");
        var stamp = await store.StampAsync(mine, cancellationToken);
        return stamp == mine ? stamp : throw new UserErrorException(
            $"the state store belongs to {stamp.Account} ({stamp.Mode}), this is {mine.Account} ({mine.Mode})", "use another state.schema for another account or mode", ExitCode.Usage);
    }
}
