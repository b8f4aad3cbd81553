namespace CdcStripeSync.App.Configuration;

/// <summary>All that is wrong with the settings, at once.</summary>
internal sealed class SettingsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
