namespace CdcStripeSync.App.Configuration;

internal sealed class WebSettings
{
    /// <summary>Where the page, health and metrics listen; empty for none. Port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";
}
