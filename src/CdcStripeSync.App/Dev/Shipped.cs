namespace CdcStripeSync.App.Dev;

/// <summary>Files that travel with the program.</summary>
internal static class Shipped
{
    public static string Samples => Path.Combine(AppContext.BaseDirectory, "samples", "shop");

    public static string Mapping => Path.Combine(Samples, "mapping.yaml");

    public static string Connector => Path.Combine(AppContext.BaseDirectory, "connectors", "postgres-shop.json");
}
