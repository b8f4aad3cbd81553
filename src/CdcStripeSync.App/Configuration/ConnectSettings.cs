namespace CdcStripeSync.App.Configuration;

/// <summary>The Kafka Connect worker, for <c>connectors</c>; delivery works without it.</summary>
internal sealed class ConnectSettings
{
    /// <summary>A worker's REST address, or its load balancer's.</summary>
    public string Url { get; set; } = "";

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>PEM file of the authority that signed its certificate, where the system does not know it.</summary>
    public string? CaFile { get; set; }

    /// <summary>For one request; validation connects to the database, and a load balancer may forward slowly.</summary>
    public double TimeoutSeconds { get; set; } = 90;

    /// <summary>Folder of connector configurations, beside the settings file; empty for <c>connectors</c> in the current folder.</summary>
    public string Connectors { get; set; } = "";

    /// <summary>The overlay to use: <c>connectors/environments/NAME.json</c>; empty for none.</summary>
    public string Environment { get; set; } = "";
}
