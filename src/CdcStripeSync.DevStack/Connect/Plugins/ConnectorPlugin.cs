namespace CdcStripeSync.DevStack.Connect.Plugins;

/// <summary>A connector class with its options.</summary>
/// <param name="Required">Options without which it does not start, beyond the worker's own.</param>
internal sealed record ConnectorPlugin(
    string Class, string Version, string Location, IReadOnlyList<string> Groups, IReadOnlyList<OptionDefinition> Options, IReadOnlySet<string> Required)
{
    public string Alias => Class[(Class.LastIndexOf('.') + 1)..];

    public bool IsPostgres => Alias == "PostgresConnector";

    public bool Answers(string name) => name == Class || name == Alias || name + "Connector" == Alias;

    /// <summary>As Java prints the worker's description of it.</summary>
    public string Describe() => $"PluginDesc{{klass=class {Class}, name='{Class}', version='{Version}', encodedVersion={Version}, type=source, typeName='source', location='{Location}'}}";
}
