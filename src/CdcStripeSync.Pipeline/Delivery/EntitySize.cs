using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;

namespace CdcStripeSync.Pipeline.Delivery;

/// <summary>About how many bytes of memory a state takes: its texts, which may be long, and some for all the rest.</summary>
internal static class EntitySize
{
    private const long Rest = 2_000;

    public static long Of(EntityState state) =>
        Rest + Of(state.Row) + (state.FirstImage is { } first && !ReferenceEquals(first, state.Row) ? Of(first) : 0)
        + state.Base.Sum(f => Of(f.Value.Value)) + (state.Intent is { } intent ? Of(intent.Body) + Of(intent.StepJson) : 0);

    private static long Of(Row row) => row.Sum(c => Of(c.Value));

    private static long Of(ColumnValue value) => value.Kind switch
    {
        ColumnKind.Text or ColumnKind.Json => Of(value.AsText),
        ColumnKind.Bytes => value.AsBytes.Length,
        ColumnKind.Array => value.AsArray.Sum(Of),
        ColumnKind.Map => value.AsMap.Sum(e => Of(e.Key) + Of(e.Value)),
        _ => 0,
    };

    private static long Of(FieldValue value) => value switch
    {
        FieldValue.Text text => Of(text.Value),
        FieldValue.List list => list.Items.Sum(Of),
        FieldValue.Object map => map.Members.Sum(m => Of(m.Key) + Of(m.Value)),
        _ => 0,
    };

    private static long Of(string? text) => sizeof(char) * (text?.Length ?? 0L);
}
