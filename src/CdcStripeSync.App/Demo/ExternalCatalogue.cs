using CdcStripeSync.App.Activity;
using CdcStripeSync.App.Configuration;
using CdcStripeSync.App.Hosting;
using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Planning;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Budget;
using CdcStripeSync.Pipeline.Delivery;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Stripe.Reading;

namespace CdcStripeSync.App.Demo;

/// <summary>The run's objects in Stripe, which a session that did not come to its end leaves behind.</summary>
internal sealed class ExternalCatalogue(Settings settings, Mapping mapping, ExternalNames names)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    /// <summary>Archives what is still sold, and deletes what is not sold at all, as the session's own end does.</summary>
    /// <exception cref="UserErrorException">Some stay; the message names them.</exception>
    /// <exception cref="StripeReadException">Stripe does not list them.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        using var gateway = StripeAccess.Gateway(settings, mapping);
        var budget = new RequestBudget(StripeAccess.Budget(settings), TimeProvider.System);
        var requester = new Requester(gateway, budget, new SilentObserver(), TimeProvider.System);
        var reader = new StripeReader(Reads.Through(gateway, budget, new ActivityLog(TimeProvider.System)), Deadline);
        List<string> left = [];
        // In the mapping's order: a product gives its default price up before that is archived.
        foreach (var type in mapping.Resources.Select(r => r.Type).DistinctBy(t => t.Name))
        {
            await foreach (var found in reader.ListAsync(type.CollectionPath, "", cancellationToken))
            {
                if (!IsOfTheRun(found) || IsEnded(found)) continue;
                var request = End(type, found);
                var outcome = await requester.AcquireAndSendAsync(RequestLane.Live, new EntityKey(type.Name, default, "*"), request, cancellationToken);
                if (outcome is not StripeOutcome.Success) left.Add($"{request.Path} ({(outcome as StripeOutcome.Refused)?.Error.Message ?? (outcome as StripeOutcome.NoAnswer)?.Reason})");
            }
        }

        if (left.Count > 0) throw new UserErrorException(string.Join(", ", left), "");
    }

    /// <summary>A product that is not sold may still hold a price as its default, which can then not be archived.</summary>
    private static bool IsEnded(FieldValue.Object found) => found.Members.GetValueOrDefault("active") is FieldValue.Boolean { Value: false } && found.Text("default_price") is null;

    private bool IsOfTheRun(FieldValue.Object found) =>
        found.Members.GetValueOrDefault("metadata") is FieldValue.Object metadata && metadata.Text(ReservedMetadata.Key)?.StartsWith(names.Run + ".", StringComparison.Ordinal) == true;

    private StripeRequest End(ResourceType type, FieldValue.Object found)
    {
        var id = found.Text("id")!;
        var isSold = found.Members.ContainsKey("active");
        var form = !isSold ? "" : type.Name == "product" ? "active=false&default_price=" : "active=false";
        return new StripeRequest(
            isSold ? StripeMethod.Post : StripeMethod.Delete, type.ObjectPath(id), type.CollectionPath + "/{id}", form, isSold ? $"{names.Run}-end-{id}" : null, $"the end of {names.Run}", Deadline);
    }
}
