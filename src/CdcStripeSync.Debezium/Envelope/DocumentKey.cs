using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Json;

namespace CdcStripeSync.Debezium.Envelope;

/// <summary>MongoDB's key: a column <c>id</c> whose text is the JSON of the document's <c>_id</c>. The document has it in a stricter form of that JSON (a long
/// as <c>{"$numberLong": "7"}</c>), and a delete has no document: so the key's form counts.</summary>
internal static class DocumentKey
{
    private const string InKey = "id";
    private const string InDocument = "_id";

    /// <summary>The key by the document's own column; any other source's key as it is.</summary>
    public static RecordKey Of(RecordKey key, SourceBlock source) =>
        source.IsOfDocuments && key.Columns is { Count: 1 } columns && columns[InKey] is { Kind: ColumnKind.Text } id
            ? key with { Columns = Row.Of((InDocument, JsonColumns.Alone(id.AsText))) }
            : key;

    /// <summary>An image of the document with <c>_id</c> as the key has it.</summary>
    public static RowImage? Named(RowImage? image, RecordKey key, SourceBlock source) =>
        image is not null && source.IsOfDocuments && key.Columns.Has(InDocument) ? image with { Row = key.Columns.Project([InDocument]).FoldOnto(image.Row) } : image;
}
