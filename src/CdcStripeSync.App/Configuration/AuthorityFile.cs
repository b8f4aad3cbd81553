using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CdcStripeSync.App.Configuration;

/// <summary>A PEM file of the authority that signed a server's certificate.</summary>
internal static class AuthorityFile
{
    /// <summary>What is wrong with the file that a setting names; null where nothing is, or where it names none.</summary>
    public static string? Mistake(string? file, string setting)
    {
        if (file is not { Length: > 0 }) return null;
        if (!File.Exists(file)) return $"{setting}: {file} does not exist";
        try
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            if (found.Count > 0) return null;
        }
        catch (CryptographicException)
        {
            // As where it holds none.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{setting}: {file} cannot be read: {e.Message}";
        }

        return $"{setting}: {file} holds no certificate; expected PEM, -----BEGIN CERTIFICATE-----";
    }
}
