namespace CdcStripeSync.App.Configuration;

internal sealed class LogSettings
{
    /// <summary>Verbose, Debug, Information, Warning, Error or Fatal.</summary>
    public string Level { get; set; } = "Information";
}
