using System.Globalization;
using CdcStripeSync.Core.Catalogue;
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
        foreach (var type in mapping.Resources.Select(r => r.Type).DistinctBy(t => t.Name).OrderBy(t => t.PathParent is not null))
        {
            var list = new List<FieldValue.Object>();
            foreach (var path in Lists(type, objects))
            {
                await foreach (var item in stripe.ListAsync(path, Expand(type), cancellationToken)) list.Add(item);
            }

            objects[type.Name] = list;
        }

        return objects;
    }

    /// <summary>One list, or one under each of its parents' objects.</summary>
    private static IEnumerable<string> Lists(ResourceType type, Dictionary<string, IReadOnlyList<FieldValue.Object>> read) => type.PathParent is { } parent
        ? read.GetValueOrDefault(parent, []).Select(o => ObservedField.Text(o, "id")).OfType<string>().Select(type.CollectionPathUnder)
        : [type.CollectionPath];

    /// <summary>Asks for the mapped fields that Stripe would not show otherwise.</summary>
    private string Expand(ResourceType type)
    {
        var mapped = mapping.Resources.Where(m => m.Type.Name == type.Name).SelectMany(m => m.Fields).Select(f => f.Path).ToList();
        var wanted = type.ShownOnRequest.Where(hidden => FieldPath.Parse(hidden) is var path && mapped.Exists(p => path.Contains(p) || p.Contains(path)));
        return string.Join("&", wanted.Select((hidden, i) => string.Create(CultureInfo.InvariantCulture, $"expand[{i}]=data.{hidden}")));
    }
}
