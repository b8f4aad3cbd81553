using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace CdcStripeSync.Postgres.Migrations;

/// <summary>One numbered file of SQL: <c>0001_state.sql</c>.</summary>
/// <param name="Checksum">SHA-256 of the text with line ends as <c>\n</c>, in hex.</param>
internal sealed record Migration(int Version, string Name, string Sql, string Checksum)
{
    /// <summary>Every migration that this program knows, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load(typeof(Migration).Assembly);

    public static Migration Of(string fileName, string sql)
    {
        var normal = sql.ReplaceLineEndings("\n");
        var version = int.Parse(fileName.AsSpan(0, fileName.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(normal)));
        return new Migration(version, Path.GetFileNameWithoutExtension(fileName), normal, checksum);
    }

    private static List<Migration> Load(Assembly assembly)
    {
        var migrations = new List<Migration>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            migrations.Add(Of(name, reader.ReadToEnd()));
        }

        return migrations;
    }
}
