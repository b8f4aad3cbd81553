namespace CdcStripeSync.Core.Mapping.Reading;

/// <summary>Collects the columns that a map reads.</summary>
internal static class ResourceColumns
{
    /// <summary>The same map with its columns.</summary>
    public static ResourceMap In(ResourceMap map)
    {
        IEnumerable<string> columns =
        [
            .. map.KeyColumns,
            .. map.StripeIdTemplate?.Columns ?? [],
            .. map.Parent?.Columns ?? [],
            .. map.ExistsWhen?.Columns ?? [],
            .. map.DefaultWhen?.Columns ?? [],
            .. map.Fields.Where(f => f.Owner != Owner.Stripe).SelectMany(f => f.Source.Columns),
        ];
        return new ResourceMap
        {
            Name = map.Name,
            Type = map.Type,
            From = map.From,
            KeyColumns = map.KeyColumns,
            StripeIdTemplate = map.StripeIdTemplate,
            Parent = map.Parent,
            ExistsWhen = map.ExistsWhen,
            OnDelete = map.OnDelete,
            DefaultWhen = map.DefaultWhen,
            Fields = map.Fields,
            Columns = [.. columns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }
}
