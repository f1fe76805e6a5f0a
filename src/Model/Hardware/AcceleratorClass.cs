namespace LlmSim.Model.Hardware;

/// <summary>Where an accelerator is used.</summary>
public enum AcceleratorClass
{
    /// <summary>Servers.</summary>
    Datacenter,

    /// <summary>Desktops and workstations.</summary>
    Consumer,

    /// <summary>Phones, laptops and boards.</summary>
    Edge,
}
