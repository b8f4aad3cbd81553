using CdcStripeSync.Core.State;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Pipeline.Settling;

namespace CdcStripeSync.Pipeline.Parking;

/// <summary>Who waits for a parent or a value, of all processes; asked after the parent's Link is durable, or Stripe has set the value free.</summary>
public sealed class Waiters
{
    private readonly Core.Mapping.Mapping _mapping;
    private readonly GroupedAsk<string, IReadOnlyList<ParkedRow>> _ask;

    public Waiters(Core.Mapping.Mapping mapping, IStateStore store)
    {
        _mapping = mapping;
        _ask = new GroupedAsk<string, IReadOnlyList<ParkedRow>>(async (waitsFor, cancellationToken) =>
            (await store.WaitersAsync(waitsFor, cancellationToken)).GroupBy(p => p.WaitsFor).ToDictionary(g => g.Key, IReadOnlyList<ParkedRow> (g) => [.. g]));
    }

    /// <param name="waitsFor"><c>resource/key</c> of the parent.</param>
    public async ValueTask<IReadOnlyList<ParkedRow>> OfAsync(string waitsFor, CancellationToken cancellationToken)
    {
        var resource = waitsFor[..waitsFor.IndexOf('/', StringComparison.Ordinal)];
        if (!_mapping.Resources.Any(r => r.Parent?.Resource == resource)) return [];
        return await OfValueAsync(waitsFor, cancellationToken);
    }

    /// <param name="waitsFor">A value that one object has only.</param>
    public async ValueTask<IReadOnlyList<ParkedRow>> OfValueAsync(string waitsFor, CancellationToken cancellationToken) => await _ask.AskAsync(waitsFor, cancellationToken) ?? [];
}
