using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.App.Web;

/// <summary>The rows that the page shows.</summary>
/// <param name="Cut">Tables that hold more than is shown.</param>
/// <param name="Waiting">Those of <paramref name="Entities"/> that wait, whoever parked them.</param>
/// <param name="Objects">Objects as Stripe lists them, by resource; null where lists are not read.</param>
internal sealed record ShownRows(
    IReadOnlyList<EntityState> Entities, IReadOnlySet<TableId> Cut, IReadOnlyDictionary<EntityKey, ParkedRow> Waiting, IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>>? Objects);
