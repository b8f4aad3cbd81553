using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Postgres.Source;
using CdcStripeSync.Stripe.Reading;
using Npgsql;

namespace CdcStripeSync.App.Comparison;

/// <summary>Reads rows and objects afresh, each from its own side, and compares them; the state store is not asked.</summary>
internal sealed class CatalogueReading(Mapping mapping, NpgsqlDataSource database, StripeReader stripe)
{
    public async Task<IReadOnlyList<ComparedObject>> CompareAsync(IReadOnlyList<TableId> tables, CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        var reader = new PostgresTableReader(database);
        foreach (var table in tables)
        {
            var columns = mapping.For(table).SelectMany(m => m.Columns).Distinct(StringComparer.Ordinal).ToList();
            if (columns.Count == 0) continue;
            await foreach (var row in reader.ReadAsync(table, columns, cancellationToken)) rows.Add(new TableRow(table, row));
        }

        return new CatalogueComparison(mapping, rows, await ObjectsAsync(cancellationToken)).Compare();
    }

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<FieldValue.Object>>> ObjectsAsync(CancellationToken cancellationToken)
    {
        var objects = new Dictionary<string, IReadOnlyList<FieldValue.Object>>(StringComparer.Ordinal);
        foreach (var type in mapping.Resources.Select(r => r.Type).DistinctBy(t => t.Name))
        {
            var list = new List<FieldValue.Object>();
            await foreach (var item in stripe.ListAsync(type.CollectionPath, "", cancellationToken)) list.Add(item);
            objects[type.Name] = list;
        }

        return objects;
    }
}
