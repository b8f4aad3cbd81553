namespace CdcStripeSync.App.Configuration;

/// <summary>The product database, for <c>check</c>, for direct reads of single rows and for the page; delivery works without it.</summary>
internal sealed class SourceSettings
{
    public string? ConnectionString { get; set; }

    public string Slot { get; set; } = "";

    public string Publication { get; set; } = "";
}
