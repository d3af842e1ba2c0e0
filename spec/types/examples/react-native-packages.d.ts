/** As much of React Native 0.88 as the example reads. */
declare module 'react-native' {
  export type AppStateStatus = 'inactive' | 'background' | 'active' | 'extension' | 'unknown';
  export const AppState: {
    addEventListener(type: 'change', handler: (state: AppStateStatus) => void): { remove(): void };
  };
}

/** As much of AsyncStorage 3 as the example reads. */
declare module '@react-native-async-storage/async-storage' {
  const storage: {
    getItem(key: string): Promise<string | null>;
    setItem(key: string, value: string): Promise<void>;
  };
  export default storage;
}
