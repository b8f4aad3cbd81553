using System.Runtime.CompilerServices;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Stripe.Reading;

/// <summary>Reads objects and whole lists: pages of 100, newest first, until Stripe says there are no more.</summary>
public sealed class StripeReader(IStripeGateway gateway, TimeSpan deadline)
{
    private const int PageSize = 100;

    /// <exception cref="StripeReadException">Stripe refuses, or does not answer.</exception>
    public async Task<FieldValue.Object> GetAsync(string path, string query, CancellationToken cancellationToken)
    {
        var outcome = await gateway.SendAsync(new StripeRequest(StripeMethod.Get, path, path, query, null, "read", deadline), cancellationToken);
        return outcome is StripeOutcome.Success success ? success.Body : throw new StripeReadException(path, outcome);
    }

    /// <summary>Every object of a list. <paramref name="filter"/> is form-encoded (<c>active=true&amp;product=prod_1</c>) or empty.</summary>
    /// <exception cref="StripeReadException">Stripe refuses, or does not answer.</exception>
    public async IAsyncEnumerable<FieldValue.Object> ListAsync(string path, string filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var query = $"limit={PageSize}{(filter.Length > 0 ? "&" + filter : "")}{(after is null ? "" : "&starting_after=" + Uri.EscapeDataString(after))}";
            var page = await GetAsync(path, query, cancellationToken);
            after = null;
            var items = page.Members.GetValueOrDefault("data") is FieldValue.List list ? list.Items : [];
            foreach (var item in items)
            {
                if (item is not FieldValue.Object found) continue;
                after = (found.Members.GetValueOrDefault("id") as FieldValue.Text)?.Value;
                yield return found;
            }

            if (page.Members.GetValueOrDefault("has_more") is not FieldValue.Boolean { Value: true }) after = null;
        }
        while (after is not null);
    }

    /// <summary>The key's own account id; null where a restricted key may not read it.</summary>
    /// <exception cref="StripeReadException">The key is refused, or Stripe does not answer.</exception>
    public async Task<string?> AccountAsync(CancellationToken cancellationToken)
    {
        try
        {
            var account = await GetAsync("/v1/account", "", cancellationToken);
            return (account.Members.GetValueOrDefault("id") as FieldValue.Text)?.Value;
        }
        catch (StripeReadException e) when (e.Outcome is StripeOutcome.Refused { Error.Status: 403 })
        {
            return null;
        }
    }
}
