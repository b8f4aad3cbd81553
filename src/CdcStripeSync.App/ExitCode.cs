namespace CdcStripeSync.App;

/// <summary>What every command's exit code says.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>Something failed that is not the caller's doing.</summary>
    public const int Error = 1;

    /// <summary>Wrong usage or configuration; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The command worked and found that something differs.</summary>
    public const int Differs = 3;
}
