using CdcStripeSync.DevStack.Connector.Columns;
using Npgsql.Replication.PgOutput;

namespace CdcStripeSync.DevStack.Connector.Replication;

/// <summary>The texts of a tuple in the stream.</summary>
internal static class TupleText
{
    /// <param name="old">The complete old row, when it was sent: an unchanged TOAST value is taken from it.</param>
    public static async Task<string?[]> ReadAsync(ReplicationTuple tuple, string?[]? old, CancellationToken cancellationToken)
    {
        var texts = new string?[tuple.NumColumns];
        var i = 0;
        await foreach (var value in tuple.WithCancellation(cancellationToken))
        {
            texts[i] = value.Kind switch
            {
                TupleDataKind.Null => null,
                TupleDataKind.UnchangedToastedValue => old is null ? UnchangedToast.Mark : old[i],
                _ => await value.Get<string>(cancellationToken),
            };
            i++;
        }
        return texts;
    }
}
