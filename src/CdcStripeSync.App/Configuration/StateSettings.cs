namespace CdcStripeSync.App.Configuration;

internal sealed class StateSettings
{
    /// <summary>Npgsql connection string of the database that holds the state; any PostgreSQL 13 or newer, also the source itself.</summary>
    public string ConnectionString { get; set; } = "";

    public string Schema { get; set; } = "cdc_stripe";

    /// <summary>Days that audit entries (one for each request that changed something) are kept; 0 for ever.</summary>
    public int AuditDays { get; set; } = 90;
}
