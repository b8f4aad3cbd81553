using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace CdcStripeSync.Core.Catalogue;

/// <summary>Stripe's resources with their parameters, derived from its OpenAPI document and embedded.</summary>
public sealed class StripeCatalogue
{
    private readonly FrozenDictionary<string, ResourceType> _resources;

    private StripeCatalogue(string apiVersion, IEnumerable<ResourceType> resources)
    {
        ApiVersion = apiVersion;
        _resources = resources.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);
        Names = [.. _resources.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The version of Stripe's API that the catalogue describes, as <c>Stripe-Version</c> wants it.</summary>
    public string ApiVersion { get; }

    public ImmutableArray<string> Names { get; }

    public static StripeCatalogue Load()
    {
        using var stream = typeof(StripeCatalogue).Assembly.GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("the catalogue is not embedded in this assembly; rebuild CdcStripeSync.Core");
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        return new StripeCatalogue(
            root.GetProperty("api").GetString()!,
            [.. root.GetProperty("resources").EnumerateObject().Select(r => CatalogueJson.ReadResource(r.Name, r.Value))]);
    }

    /// <summary>A resource by Stripe's name; <c>meter</c> and <c>feature</c> mean <c>billing.meter</c> and <c>entitlements.feature</c>.</summary>
    public ResourceType? Find(string name) => _resources.GetValueOrDefault(name switch
    {
        "meter" => "billing.meter",
        "feature" => "entitlements.feature",
        _ => name,
    });

    /// <inheritdoc cref="Find"/>
    /// <exception cref="KeyNotFoundException">Stripe has no such resource.</exception>
    public ResourceType Resource(string name) =>
        Find(name) ?? throw new KeyNotFoundException($"'{name}' is not a resource of the catalogue ({string.Join(", ", Names)})");
}
